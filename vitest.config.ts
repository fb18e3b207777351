import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**', 'test/redis/**'],
    testTimeout: 20_000,
    // Those that run at the same time wait, each for its deadline.
    maxConcurrency: 20,
    coverage: {
      enabled: false,
      provider: 'v8',
      include: ['src/pingone/**', 'src/web/**'],
      // Tried by npm run test:redis, in processes of their own.
      exclude: ['src/web/redis-*.ts'],
      reporter: ['text'],
      thresholds: { branches: 95 },
    },
  },
});
