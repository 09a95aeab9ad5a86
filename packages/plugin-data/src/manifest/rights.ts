import { isAbsolute } from 'node:path';
import { SvError } from '@streetvision/core';

/** What a reference to the hub may choose out of a file: which data, and nothing else. */
const HUB_OPTIONS = ['split', 'folder', 'image', 'label'];

/**
 * Checks a reference that stands in a manifest. Whoever wrote the file may choose data, but may not allow hosts of this
 * network or name places of this machine: only a user may. Throws `SV_DATA_FORMAT`.
 */
export function checkReference(data: string): void {
  const [, format = '', rest = data] = /^([a-z][\w-]+):(?!\/\/|\\)(.*)$/s.exec(data) ?? [];
  const [place = '', ...query] = rest.split('?');
  const given = [...new URLSearchParams(query.join('?')).keys()];
  const known = format === 'urls' ? [] : format === 'hf' ? HUB_OPTIONS : undefined;
  const wide = known && given.find((name) => !known.includes(name));
  if (wide !== undefined) {
    throw new SvError('SV_DATA_FORMAT', `A manifest refers to \`${data}\`, and may not set \`${wide}\`.`, {
      fix: "Name the dataset in the config, data({ sets: { cameras: '…' } }), and refer to `cameras`.",
    });
  }
  if (isAbsolutePath(place) || /^[a-z][\w+.-]*:\/\//i.test(place)) {
    throw new SvError('SV_DATA_FORMAT', `A manifest refers to \`${data}\`, expected a path relative to the manifest.`, {
      fix: 'Make the manifest again with `sv data mix`.',
    });
  }
}

/** The root that a header names. Throws `SV_DATA_FORMAT` where it is absolute. */
export function checkRoot(root: string, where: string): string {
  if (isAbsolutePath(root) || root.includes('\0')) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `${where}: \`root\` of the header is \`${root}\`, expected a folder relative to the manifest.`,
      { fix: 'Make the manifest again with `sv data split`, or move it to its pictures.' },
    );
  }
  return root;
}

/** Of this system or another. */
const isAbsolutePath = (path: string) => isAbsolute(path) || /^([a-z]:|[\\/])/i.test(path);
