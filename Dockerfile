# Parley's server: `docker build -t parley .` at the top of the repository. docs/operations.md says what it wants to be told.
# The local recogniser and the decoder of compressed files are not in it unless asked for:
#   docker build --build-arg PACKAGES="pocketsphinx pocketsphinx-en-us ffmpeg" -t parley .

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
COPY console/package.json console/
RUN npm ci --no-audit
COPY . .
RUN npm run build

FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
COPY console/package.json console/
RUN npm ci --omit=dev --no-audit
COPY deploy/docker/slim.mjs /tmp/
# 1.1 GB become 0.4.
RUN node /tmp/slim.mjs .

FROM node:24-bookworm-slim
ARG PACKAGES=""
RUN if [ -n "$PACKAGES" ]; then \
      apt-get update && apt-get install -y --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*; \
    fi
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY package.json LICENSE ./
COPY agents agents
COPY examples examples
COPY prisma prisma
COPY deploy/prices.yaml deploy/rollout-plans.yaml deploy/
COPY deploy/docker/health.mjs deploy/docker/
COPY --from=build /app/dist dist
# What waits for the database, the embedded database if there is one, and recordings: a volume belongs here.
RUN mkdir -p /data && chown node:node /data
# There is no git in here to ask: `--build-arg PARLEY_COMMIT=$(git rev-parse HEAD)`.
ARG PARLEY_COMMIT=""
ENV NODE_ENV=production HOST=0.0.0.0 PARLEY_DATA_DIR=/data PARLEY_COMMIT=$PARLEY_COMMIT
# By number, so that Kubernetes sees that this is not root: the image's own user `node`.
USER 1000:1000
EXPOSE 3001
# 503 while it drains: nothing new is sent there, and it ends by itself.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["node", "deploy/docker/health.mjs"]
# One process, which takes SIGTERM itself: calls go on elsewhere, or have SHUTDOWN_GRACE_MS to end.
CMD ["node", "--max-semi-space-size=64", "dist/main.js"]
