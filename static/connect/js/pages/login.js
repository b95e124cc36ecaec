// @ts-check
// Signing in: reading what one typed, going to another instance, hearing what went wrong first.

/** @param {string} name @returns {HTMLElement | null} */
const find = (name) => document.querySelector(`[data-part="${name}"]`);

/** @param {HTMLElement} button */
function listenToShow(button) {
  const password = document.getElementById("id_password");
  if (!(password instanceof HTMLInputElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = password.type === "password";
    password.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = (shown ? button.dataset.hide : button.dataset.show) ?? "";
  });
  // Browsers remember and sync what is typed into plain text fields.
  password.form?.addEventListener("submit", () => {
    password.type = "password";
  });
}

/** @param {HTMLElement} form */
function listenToAlias(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = find("alias");
    if (field instanceof HTMLInputElement) location.assign(`/${encodeURIComponent(field.value.trim().toLowerCase())}/login`);
  });
}

const showButton = find("show-password");
if (showButton) listenToShow(showButton);
const aliasForm = find("alias-form");
if (aliasForm) listenToAlias(aliasForm);
find("summary")?.focus();
