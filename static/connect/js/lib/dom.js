// @ts-check
// Small writes to the page that touch it only where something changed.

/** The element marked `data-part="name"`. @param {ParentNode} root @param {string} name @returns {HTMLElement} */
export function part(root, name) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no part "${name}".`);
  return found;
}

/** @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/** Null takes the attribute away. @param {Element} element @param {string} name @param {string | null} value */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Another symbol of the sprite, whose address the page already holds. @param {Element} holder @param {string} name */
export function setIcon(holder, name) {
  const use = holder.querySelector("use");
  if (!use) return;
  const sprite = (use.getAttribute("href") ?? "").split("#")[0];
  setAttribute(use, "href", `${sprite}#${name}`);
}

/** A copy of the `<template data-template="name">`. @param {string} name @returns {HTMLElement} */
export function fromTemplate(name) {
  const template = document.querySelector(`template[data-template="${name}"]`);
  const first = template instanceof HTMLTemplateElement ? template.content.firstElementChild : null;
  if (!first) throw new Error(`The page has no template "${name}".`);
  return /** @type {HTMLElement} */ (first.cloneNode(true));
}

/** A random id; `crypto.randomUUID` is missing on pages without TLS. @returns {string} */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
