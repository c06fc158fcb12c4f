'use strict';
(() => {
  const form = document.querySelector('form.filter');
  if (!form) return;
  form.hidden = false;
  const points = [...document.querySelectorAll('article.point')];
  const texts = new Map(points.map((point) => [point, point.textContent.toLowerCase()]));
  const told = form.querySelector('output');
  const apply = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { value: state } = form.elements.state;
    const { value: priority } = form.elements.priority;
    const blockers = form.elements.blocker.checked;
    let shown = 0;
    for (const point of points) {
      const fits = words.every((word) => texts.get(point).includes(word))
        && (!state || point.dataset.state === state)
        && (!priority || point.dataset.priority === priority)
        && (!blockers || point.dataset.blocker === 'true');
      point.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const clause of document.querySelectorAll('section.clause')) {
      clause.hidden = !clause.querySelector('article.point:not([hidden])');
    }
    told.textContent = shown === points.length ? '' : `${shown} of ${points.length} points`;
  };
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  // A link may lead to a point that a filter hides.
  window.addEventListener('hashchange', () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest('[hidden]')) return;
    form.reset();
    apply();
    target.scrollIntoView();
  });
})();
