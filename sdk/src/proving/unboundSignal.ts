/**
 * What it means that an IC point is the point at infinity. Signals are counted from 1, as IC[0] belongs to none of them.
 */
export function unboundSignal(index: number, signalCount: number): string {
  return index === 0
    ? 'IC[0] is the point at infinity: no ceremony leaves it so'
    : `IC[${index}] is the point at infinity: public signal ${index} of ${signalCount} is unbound, no constraint uses it and a proof passes with any value of it`
}
