// How much of the matrix is run: all of it, or a part in which every step occurs.

export const isWhole = process.env.SWARMCTL_MATRIX === 'all';

/** Another part every day; a number brings one back. */
export const SEED = Number(
  process.env.SWARMCTL_MATRIX_SEED ?? new Date().toISOString().slice(0, 10).replaceAll('-', ''),
);

/** How often a create is killed at some moment. */
export const KILLS = isWhole ? 20 : 3;

/** For people. */
export const EXTENT = isWhole
  ? 'the whole matrix'
  : `a part of the matrix; SWARMCTL_MATRIX_SEED=${SEED} brings it back`;
