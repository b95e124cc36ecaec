// @ts-check
// A row of bars out of peaks, as one SVG path in a box of `count` × 100.

/**
 * The loudest peak of each of `count` equal parts; fewer peaks than parts are repeated, none is silence.
 * @param {number[]} peaks 0 to 1 @param {number} count @returns {number[]}
 */
export function bars(peaks, count) {
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count);
    const to = Math.max(Math.floor(((index + 1) * peaks.length) / count), from + 1);
    return Math.max(0, ...peaks.slice(from, to));
  });
}

/** Quiet speech stays visible: the ear is no ruler. @param {number} peak @returns {number} percent, at least 3 */
export function height(peak) {
  return Math.max(3, Math.min(100, Math.round(100 * Math.min(Math.max(peak, 0), 1) ** 0.6)));
}

/** @param {number[]} values as `bars` gives them @returns {string} the `d` of a path */
export function pathOf(values) {
  return values
    .map((value, index) => {
      const tall = height(value);
      return `M${index + 0.15} ${50 - tall / 2}h.7v${tall}h-.7z`;
    })
    .join("");
}

const EACH = 4; // pixels from bar to bar

/**
 * Draws peaks into both paths of the SVG and again whenever its width changes.
 * @param {SVGSVGElement} svg @param {number[]} peaks
 */
export function drawWave(svg, peaks) {
  let drawn = 0;
  const draw = () => {
    const count = Math.max(Math.floor(svg.clientWidth / EACH), 20);
    if (count === drawn) return;
    drawn = count;
    svg.setAttribute("viewBox", `0 0 ${count} 100`);
    const path = pathOf(bars(peaks, count));
    for (const element of svg.querySelectorAll("path")) element.setAttribute("d", path);
  };
  new ResizeObserver(draw).observe(svg);
  draw();
}
