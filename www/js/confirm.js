// What cannot be undone asks first: the button itself becomes the question, and answers to a second press.

const asks_for_ms = 5_000;

/** The buttons that ask just now. @type {WeakSet<Element>} */
const asking = new WeakSet();

/**
 * Whether this press was the second one. The first only asks, for some seconds or until one turns to something else.
 * @param {MouseEvent} click
 * @param {HTMLElement} button
 * @param {string} question stands in the place of its words
 */
export function confirmed({ detail }, button, question) {
  if (asking.has(button)) return detail < 2;  // the second half of a double click is no answer
  const words = button.textContent;
  const label = button.getAttribute('aria-label');
  asking.add(button);
  button.dataset.asking = '';
  button.removeAttribute('aria-label');
  button.textContent = question;
  const rest = () => {
    clearTimeout(timer);
    button.removeEventListener('blur', rest);
    asking.delete(button);
    delete button.dataset.asking;
    if (label !== null) button.setAttribute('aria-label', label);
    button.textContent = words;
  };
  const timer = setTimeout(rest, asks_for_ms);
  button.addEventListener('blur', rest);
  return false;
}
