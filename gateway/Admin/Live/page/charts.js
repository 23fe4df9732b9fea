// Small line charts in SVG. A chart is drawn once a second from at most 900 points.
const Width = 600, Height = 140, Left = 0, Top = 6, Bottom = 18;
const Svg = 'http://www.w3.org/2000/svg';

export function chart(title, format) {
  const figure = document.createElement('figure');
  const caption = document.createElement('figcaption');
  const svg = document.createElementNS(Svg, 'svg');
  svg.setAttribute('viewBox', `0 0 ${Width} ${Height}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  const line = document.createElementNS(Svg, 'path');
  line.setAttribute('class', 'line');
  const base = document.createElementNS(Svg, 'path');
  base.setAttribute('class', 'grid');
  base.setAttribute('d', `M0 ${Height - Bottom}H${Width}`);
  svg.append(base, line);
  figure.append(caption, svg);

  return {
    element: figure,
    // Pairs of milliseconds and a value; from is the left end.
    draw(points, from, to) {
      const most = points.reduce((highest, [, value]) => Math.max(highest, value), 0);
      const scale = most > 0 ? (Height - Top - Bottom) / most : 0;
      const x = at => Left + (at - from) / (to - from) * Width;
      line.setAttribute('d', points.map(([at, value], index) =>
        `${index === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${(Height - Bottom - value * scale).toFixed(1)}`).join(''));
      const last = points.length > 0 ? points[points.length - 1][1] : 0;
      caption.textContent = `${title}: ${format(last)} (at most ${format(most)})`;
      svg.setAttribute('aria-label', caption.textContent);
    },
  };
}
