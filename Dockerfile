FROM node:24-bookworm-slim AS build
WORKDIR /castellan
COPY . .
RUN docker/build

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4600 \
    DATA_DIR=/var/lib/castellan \
    MALLOC_ARENA_MAX=2
RUN install --directory --owner=node --group=node --mode=700 /var/lib/castellan
WORKDIR /castellan
COPY --from=build /castellan/image .
USER node
EXPOSE 4600
CMD ["node", "server/dist/main.js"]
