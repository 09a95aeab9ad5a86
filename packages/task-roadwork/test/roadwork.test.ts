import { describe, expect, it } from 'vitest';
import byDefault, { roadwork } from '../src/index.js';

describe('roadwork', () => {
  it('decides between two classes, with roadwork as the positive one', () => {
    expect(roadwork()).toMatchObject({
      name: 'roadwork',
      classes: ['no_roadwork', 'roadwork'],
      positive: 'roadwork',
      threshold: 0.5,
    });
  });

  it('takes another threshold', () => {
    expect(roadwork({ threshold: 0.7 }).threshold).toBe(0.7);
  });

  it('is the default export, so that YAML and JSON configs can name the package', () => {
    expect(byDefault).toBe(roadwork);
  });

  it.each([0, 1, -0.1, Number.NaN, '0.5', null])('refuses the threshold %j', (threshold) => {
    expect(() => roadwork({ threshold: threshold as number })).toThrow(
      expect.objectContaining({ code: 'SV_CONFIG_INVALID' }),
    );
  });

  it('says what was wrong', () => {
    expect(() => roadwork({ threshold: 1.5 })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: roadwork() option \`threshold\` is 1.5. It must be a number between 0 and 1, both excluded.]`,
    );
    expect(() => roadwork({ treshold: 0.5 } as never)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: roadwork() has no option \`treshold\`. Did you mean \`threshold\`? Its only option is \`threshold\`.]`,
    );
  });
});
