export const TOKEN = '14f2d1aa0123456789abcdef01234567';
export const OTHER = 'ffffffffffffffffffffffffffffffff';

/** A clock that stands until it is moved. */
export function manualClock() {
  let time = 0;
  return {
    now: () => time,
    advance: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}
