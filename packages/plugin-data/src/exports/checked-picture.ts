import { createFrame, type FrameInfo, type Sample } from '@streetvision/core';

/** The picture of a sample, once it has been decoded: one that was cut off says so only then. Throws `SV_IMAGE_*`. */
export async function checkedPicture(
  sample: Sample,
): Promise<{ readonly bytes: Uint8Array; readonly info: FrameInfo }> {
  const bytes = await sample.read();
  const frame = createFrame({ id: sample.id, bytes });
  const info = await frame.info();
  await frame.pixels();
  return { bytes, info };
}
