// What lies under a pointer may not go away between its press and its click: the click would land on what is beneath.

// A tap's click comes as an event of its own, a while after the finger has gone.
const click_within_ms = 400;

let is_pressed = false;
/** @type {Set<() => void>} */
const due = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

function released() {
  clearTimeout(timer);
  is_pressed = false;
  const ready = [...due];
  due.clear();
  for (const act of ready) act();
}

/** @param {number} wait_ms */
function release_in(wait_ms) {
  clearTimeout(timer);
  timer = setTimeout(released, wait_ms);
}

addEventListener('pointerdown', () => {
  clearTimeout(timer);
  is_pressed = true;
}, { capture: true, passive: true });
addEventListener('pointerup', () => release_in(click_within_ms), { capture: true, passive: true });
addEventListener('pointercancel', () => release_in(0), { capture: true, passive: true });
addEventListener('click', () => release_in(0), { capture: true, passive: true });

/** Does it now, or as soon as the press that is under way has become its click. @param {() => void} act */
export function after_press(act) {
  if (is_pressed) due.add(act);
  else act();
}
