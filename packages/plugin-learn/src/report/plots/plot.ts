import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Markup, raw } from '../html.js';

/** Text on the page is 12 pixels; a plot of this width keeps it so on a phone. */
export const WIDTH = 380;

/** Colours by name of a custom property, so that one picture serves light and dark. */
export const COLOURS = {
  positive: 'var(--positive)',
  negative: 'var(--negative)',
  line: 'var(--accent)',
  quiet: 'var(--quiet)',
  wrong: 'var(--wrong)',
} as const;

/** Draws a plot ahead, as SVG that needs no script. @param label what it shows, for those who do not see it */
export function draw(label: string, options: Plot.PlotOptions): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    width: WIDTH,
    height: 300,
    marginLeft: 46,
    marginBottom: 40,
    ...options,
    ariaLabel: label,
    document: document as never,
  });
  // The page's policy lets no style in but its own.
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const styled of [svg, ...svg.querySelectorAll('[style]')]) styled.removeAttribute('style');
  svg.setAttribute('class', 'plot');
  svg.setAttribute('font-size', '12');
  svg.setAttribute('role', 'img');
  return raw(svg.outerHTML.replace(/(\d+\.\d{2})\d+/g, '$1'));
}
