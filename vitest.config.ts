import { defineConfig } from 'vitest/config';

const shared = { disableConsoleIntercept: true, unstubEnvs: true };

export default defineConfig({
  test: {
    projects: [
      {
        test: { ...shared, name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 15_000 },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Clusters of different tests would take each other's time on two cores.
          fileParallelism: false,
          testTimeout: 180_000,
          // A busy machine may need longer than the usual second.
          expect: { poll: { timeout: 15_000 } },
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'matrix',
          include: ['test/matrix/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
