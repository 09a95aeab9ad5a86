/** Whether and why work was given up. The signal is made when someone asks: it costs more than all hooks of a frame. */
export interface Stop {
  aborted: boolean;
  reason: unknown;
  controller: AbortController | undefined;
}

export const createStop = (): Stop => ({ aborted: false, reason: undefined, controller: undefined });

export function abort(stop: Stop, reason: unknown): void {
  if (stop.aborted) return;
  stop.aborted = true;
  stop.reason = reason;
  stop.controller?.abort(reason);
}

export function signalOf(stop: Stop): AbortSignal {
  if (!stop.controller) {
    stop.controller = new AbortController();
    if (stop.aborted) stop.controller.abort(stop.reason);
  }
  return stop.controller.signal;
}

/** A getter literal would make a new hidden class for every object, which costs as much as ten hooks; this one is shared. */
const SIGNAL: PropertyDescriptor & ThisType<{ stop: Stop }> = {
  get() {
    return signalOf(this.stop);
  },
  enumerable: true,
};

/** Gives an object a `signal` that is made when it is read. */
export const withSignal = <T extends { readonly stop: Stop }>(of: T): T & { readonly signal: AbortSignal } =>
  Object.defineProperty(of, 'signal', SIGNAL) as T & { readonly signal: AbortSignal };
