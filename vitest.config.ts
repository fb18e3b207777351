import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**', 'test/redis/**', 'test/nginx/**'],
    testTimeout: 20_000,
    // Those that run at the same time wait, each for its deadline.
    maxConcurrency: 20,
    coverage: {
      enabled: false,
      provider: 'v8',
      include: ['src/pingone/**', 'src/sign-in/**', 'src/web/**'],
      reporter: ['text'],
      thresholds: { branches: 90 },
    },
  },
});
