import type { Clock } from '../world.ts';

/**
 * Makes `new Date()`, `Date()` and `Date.now()` read the world's clock everywhere in this process. Sockets, `setTimeout` and
 * `performance.now()` stay real. Returns the way back.
 */
export function fakeDate(clock: Clock): () => void {
  const machineDate = globalThis.Date;
  const now = () => clock.now();
  globalThis.Date = new Proxy(machineDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new machineDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  return () => {
    globalThis.Date = machineDate;
  };
}
