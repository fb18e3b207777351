import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Every test file needs the ports in nginx.conf, so the files run one after the other.
  test: {
    include: ['test/nginx/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
