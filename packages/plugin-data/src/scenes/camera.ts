/** A dashcam: a pinhole over the road. Its picture is 640 units wide, whatever it is rendered to. */
export interface Camera {
  /** Units; pixels where the picture is rendered 640 wide. */
  readonly width: number;
  readonly height: number;
  /** Row of the horizon and column of the vanishing point. */
  readonly horizon: number;
  readonly centre: number;
  /** Units per metre at a depth of one metre. */
  readonly focal: number;
  /** Height above the road, metres. */
  readonly eye: number;
  /** How far right of the middle of the road it drives, metres. @default 0 */
  readonly across?: number;
  /** How the road bends: the middle lies `bend * z² / 2` metres to the right at depth `z`. @default 0 */
  readonly bend?: number;
}

export const DASHCAM: Camera = { width: 640, height: 360, horizon: 158, centre: 320, focal: 430, eye: 1.35 };

/** Metres: to the right of the middle of the road, above it, ahead. */
export type Point = readonly [x: number, y: number, z: number];

/** Where a point of the world lies in the picture, in units. */
export function place(
  { focal, centre, horizon, eye, across = 0, bend = 0 }: Camera,
  [x, y, z]: Point,
): [number, number] {
  const beside = bend === 0 ? x - across : x - across + (bend * z * z) / 2;
  return [centre + (focal * beside) / z, horizon + (focal * (eye - y)) / z];
}

/** As `place`, as SVG writes it. */
export function project(camera: Camera, point: Point): string {
  const [x, y] = place(camera, point);
  return `${round(x)},${round(y)}`;
}

/** A flat shape in the world. */
export function polygon(camera: Camera, points: readonly Point[], paint: string): string {
  return `<polygon points="${points.map((point) => project(camera, point)).join(' ')}" ${paint}/>`;
}

/** Where a long strip is cut, so that it follows a bend: farther parts may be longer. */
const CUTS = 24;

/** A strip of the road, between two distances from its middle and two depths. */
export function strip(camera: Camera, from: number, to: number, near: number, far: number, paint: string): string {
  const cuts = camera.bend ? CUTS : 1;
  const depth = (i: number) => near * (far / near) ** (i / cuts);
  const along = Array.from({ length: cuts + 1 }, (_, i) => (i === 0 ? near : i === cuts ? far : depth(i)));
  const right = along.map((z): Point => [to, 0, z]);
  const left = along.map((z): Point => [from, 0, z]).reverse();
  const [farLeft, ...rest] = left as [Point, ...Point[]];
  const nearLeft = rest.pop() as Point;
  return polygon(camera, [nearLeft, ...right, farLeft, ...rest], paint);
}

/**
 * A drawing in metres, standing on the road at a depth and facing the camera: x to the right, y downwards, its foot at 0.
 * Wrapped in a group that scales it.
 */
export function standing(camera: Camera, x: number, z: number, drawing: string): string {
  const scale = round(camera.focal / z, 4);
  return `<g transform="translate(${project(camera, [x, 0, z])}) scale(${scale})">${drawing}</g>`;
}

/** Few decimals, so that the text of a picture does not depend on the last bits of a float. */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
