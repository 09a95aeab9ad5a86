import { type Box, type View, viewArea } from '@streetvision/core';

/** A box of a view, in pixels of the frame that it is a view of. */
export function toFrame(box: Box, view: View, width: number, height: number): Box {
  const area = viewArea(view, width, height);
  const x = view.mirror ? area.width - box.x - box.width : box.x;
  return { ...box, x: area.x + x, y: area.y + box.y };
}

/** Boxes of one label that overlap by more than this are of one thing. */
const SAME = 0.55;

/**
 * Boxes of several views as one list: those of one thing become one, in the place of their mean by score, with the sum of
 * their scores divided by the number of views, so that what only one view shows counts less (after weighted boxes
 * fusion, Solovyev et al. 2021).
 */
export function mergeBoxes(views: readonly (readonly Box[])[]): Box[] {
  const clusters: Box[][] = [];
  for (const box of views.flat().sort((a, b) => b.score - a.score)) {
    const cluster = clusters.find(([first]) => first?.label === box.label && overlap(first, box) > SAME);
    if (cluster) cluster.push(box);
    else clusters.push([box]);
  }
  return clusters
    .map((boxes) => {
      const total = boxes.reduce((sum, { score }) => sum + score, 0) || 1;
      const mean = (of: (box: Box) => number) => boxes.reduce((sum, box) => sum + of(box) * box.score, 0) / total;
      const [first] = boxes as [Box];
      const place = total > 0 && boxes.length > 1;
      return {
        ...first,
        ...(place && {
          x: mean(({ x }) => x),
          y: mean(({ y }) => y),
          width: mean(({ width }) => width),
          height: mean(({ height }) => height),
        }),
        score: Math.min(1, boxes.reduce((sum, { score }) => sum + score, 0) / views.length),
      };
    })
    .sort((a, b) => b.score - a.score);
}

/** Intersection over union. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}
