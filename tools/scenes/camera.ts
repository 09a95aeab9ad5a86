/** A dashcam: a pinhole over the road, looking straight ahead. */
export interface Camera {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Row of the horizon and column of the vanishing point, pixels. */
  readonly horizon: number;
  readonly centre: number;
  /** Pixels per metre at a depth of one metre. */
  readonly focal: number;
  /** Height above the road, metres. */
  readonly eye: number;
}

export const DASHCAM: Camera = { width: 640, height: 360, horizon: 158, centre: 320, focal: 430, eye: 1.35 };

/** Metres: to the right of the camera, above the road, ahead. */
export type Point = readonly [x: number, y: number, z: number];

/** Where a point of the world lies in the picture, as SVG writes it. */
export function project({ focal, centre, horizon, eye }: Camera, [x, y, z]: Point): string {
  return `${round(centre + (focal * x) / z)},${round(horizon + (focal * (eye - y)) / z)}`;
}

/** A flat shape in the world. */
export function polygon(camera: Camera, points: readonly Point[], paint: string): string {
  return `<polygon points="${points.map((point) => project(camera, point)).join(' ')}" ${paint}/>`;
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
