import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**', 'test/redis/**', 'test/nginx/**'],
    testTimeout: 20_000,
    // Tests mostly wait for time limits. By default, a machine with two cores would run one file at a time.
    maxWorkers: 2,
    // Concurrent tests only wait, each for its own deadline, so many can run at once.
    maxConcurrency: 20,
    coverage: {
      enabled: false,
      provider: 'v8',
      include: ['src/{pingone,sign-in,web}/**/*.ts'],
      reporter: ['text'],
      thresholds: { branches: 95 },
    },
  },
});
