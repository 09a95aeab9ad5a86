import type { DataProblem } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/formats/csv.js';
import { formatReport } from '../../src/manifest/format-report.js';
import { dataReport } from '../../src/manifest/report.js';
import { context, picture, tempFolder, write } from '../pictures.js';

describe('dataReport', () => {
  it('says what there is and what spoils it', async () => {
    const dir = await tempFolder();
    await write(dir, {
      'a.png': await picture(1),
      'b.png': await picture(2),
      'c.png': await picture(1),
      'd.png': await picture(40),
      'e.png': 'no picture',
      'labels.csv':
        'file,label,group,source,split\na.png,1,g1,real,train\nb.png,0,g1,real,test\nc.png,0,g2,real,test\nd.png,,g3,web,\ne.png,1,g3,web,\nf.png,1,g3,web,\n',
    });
    const open = async (problem: (one: DataProblem) => void) => csv.open('labels.csv', context(dir, { problem }));
    const report = await dataReport(open, { nearBits: 4 });
    expect(report.duplicates?.conflicts).toEqual([['a.png', 'c.png']]);
    expect(formatReport(report)).toMatchInlineSnapshot(`
      "labels.csv: 4 samples in 3 groups
      labels: none 2, roadwork 1, unlabelled 1

      source  part   label     samples
      real    test   none      2
      real    train  roadwork  1
      web     –      –         1

      largest group: g1, 2 samples
      group g1 lies in train and test
      same picture twice or more: 1, such as a.png = c.png
      same picture with different labels: a.png, c.png
      near-duplicates (within 4 of 64 bits): 1 pairs
        1 between groups g1 and g2
      left out: 1 × SV_INPUT_NOT_FOUND, first labels.csv line 7: There is no file \`f.png\`.
      left out: 1 × SV_IMAGE_FORMAT, first e.png: Received bytes that begin with 6e6f207069637475, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert the picture to one of them.
      "
    `);
    const quick = await dataReport(open, { pictures: false });
    expect(quick.duplicates).toBeNull();
    expect(quick.counts.samples).toBe(5);
  });
});
