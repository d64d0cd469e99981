// The height that is really visible. Safari lays its keyboard over the page without telling `dvh`, and the composer
// belongs above it.

export function follow_viewport() {
  const view = window.visualViewport;
  if (!view) return;
  const follow = () => {
    // Zooming with two fingers shrinks the viewport too, and is not a keyboard.
    document.documentElement.style.setProperty('--view-height', `${Math.round(view.height * view.scale)}px`);
  };
  view.addEventListener('resize', follow);
  follow();
}
