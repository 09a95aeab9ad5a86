import { expect, it } from 'vitest';
import { abort, createStop } from '../../src/cascade/stop.js';
import { SvError } from '../../src/index.js';
import { createAdmission } from '../../src/runtime/admission.js';

const never = createStop();

it('lets `concurrency` in, `queue` wait, and turns the rest away with a time to come back', async () => {
  const admission = createAdmission({ concurrency: 1, queue: 1 });
  const leave = await admission.enter(never, false);
  const second = admission.enter(never, false);
  await expect(admission.enter(never, false)).rejects.toMatchObject({
    code: 'SV_OVERLOADED',
    retryAfterMs: expect.any(Number),
  });
  leave();
  leave(); // Leaving twice must not open a second place.
  (await second)();
  (await admission.enter(never, false))();
});

it('lets a patient caller wait beyond the queue', async () => {
  const admission = createAdmission({ concurrency: 1, queue: 0 });
  const leave = await admission.enter(never, false);
  const patient = admission.enter(never, true);
  leave();
  (await patient)();
});

it('forgets who gave up while waiting', async () => {
  const admission = createAdmission({ concurrency: 1, queue: 1 });
  const leave = await admission.enter(never, false);
  const stop = createStop();
  const waiting = admission.enter(stop, false);
  abort(stop, new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const next = admission.enter(never, false);
  leave();
  (await next)();
});

it('turns the queue away when it closes', async () => {
  const admission = createAdmission({ concurrency: 1, queue: 1 });
  await admission.enter(never, false);
  const waiting = admission.enter(never, false);
  admission.close(new SvError('SV_CLOSED', 'closed'));
  await expect(waiting).rejects.toMatchObject({ code: 'SV_CLOSED' });
});
