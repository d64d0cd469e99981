// Finding and making elements, checked: an element that is missing or of another kind is a bug in the page.

/**
 * The element with this id.
 * @template {Element} T
 * @param {string} id
 * @param {new (...args: any[]) => T} kind
 * @returns {T}
 */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`no ${kind.name} with the id ${id}`);
  return found;
}

/**
 * The first element inside `parent` that matches.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new (...args: any[]) => T} [kind]
 * @returns {T}
 */
export function part(parent, selector, kind = /** @type {any} */ (HTMLElement)) {
  const found = parent.querySelector(selector);
  if (!(found instanceof kind)) throw new TypeError(`no ${kind.name} matches ${selector}`);
  return found;
}

/**
 * A new copy of the one element in a template.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function stamp(id) {
  const copy = element(id, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new TypeError(`the template ${id} is empty`);
  return copy;
}

/**
 * Sets the text only when it is another one, so that live regions speak only when there is something new.
 * @param {Element} target
 * @param {string} text
 */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Marks what stands in a field, and copies it where the browser lets a page do that. @param {HTMLInputElement} field */
export function copy(field) {
  field.select();
  navigator.clipboard?.writeText(field.value);
}
