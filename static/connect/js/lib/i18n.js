// @ts-check
// Texts of the interface. The page delivers its language's catalogue as JSON; without one the message id is the text.

/** @typedef {{ catalog?: Record<string, string | string[]> }} Catalogue */

const ORDER = ["zero", "one", "two", "few", "many", "other"];

/** @returns {Catalogue} */
function delivered() {
  const element = globalThis.document?.getElementById("catalogue");
  return element?.textContent ? JSON.parse(element.textContent) : {};
}

let catalogue = delivered();
let language = globalThis.document?.documentElement.lang || "en";

/** Replaces catalogue and language. @param {Catalogue} texts @param {string} tongue */
export function useCatalogue(texts, tongue) {
  catalogue = texts;
  language = tongue;
}

/** The language of the page, for Intl. @returns {string} */
export function locale() {
  return language;
}

/** @param {string} msgid @returns {string} */
export function gettext(msgid) {
  const text = catalogue.catalog?.[msgid];
  return (Array.isArray(text) ? text[0] : text) || msgid;
}

/**
 * The form for a count. The catalogue's own rule is an expression that only `eval` could run, which the
 * policy forbids; the browser knows the categories of every language, and gettext lists forms in that order.
 * @param {string} singular @param {string} plural @param {number} count @returns {string}
 */
export function ngettext(singular, plural, count) {
  const forms = catalogue.catalog?.[singular];
  if (!Array.isArray(forms)) return count === 1 ? singular : plural;
  const rules = new Intl.PluralRules(language);
  const categories = ORDER.filter((name) => rules.resolvedOptions().pluralCategories.some((known) => known === name));
  const index = categories.indexOf(rules.select(count));
  return forms[Math.min(index, forms.length - 1)] || (count === 1 ? singular : plural);
}

/** Fills `%(name)s`. @param {string} text @param {Record<string, unknown>} values @returns {string} */
export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
