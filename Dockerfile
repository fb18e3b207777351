# The app in a container, for production. A proxy in front of it must handle TLS: see src/web/DEPLOYING.md.
# test/dockerfile.test.ts checks each instruction and runs the two commands. No container engine has built this file yet.

FROM node:26.10.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY src src
COPY views views
# The user "node" of the image, as a number, so that Kubernetes can verify that it is not root. It cannot write to /app.
USER 1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Runs Node.js directly, because npm may not pass on the stop signal.
CMD ["node", "--import", "./src/compile-cache.js", "--disable-warning=ExperimentalWarning", "--import=./src/env-file.js", "src/main.ts"]
