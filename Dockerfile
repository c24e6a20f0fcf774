# The image runs as a user without privileges; what it records is under /connreq/runs.
#
#   docker build --tag connreq .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD/runs:/connreq/runs" connreq run
#   docker run --rm --user "$(id -u):$(id -g)" --network host --volume "$PWD/runs:/connreq/runs" --volume "$PWD:/profile:ro" connreq run /profile/device.yaml
#
# With tshark, which only `connreq judge CAPTURE` needs:  --build-arg TSHARK=yes

ARG BASE=node:22-bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${BASE}
ARG TSHARK=no
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini $([ "$TSHARK" = no ] || echo tshark) \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/package.json /build/proof.json /build/README.md /build/CHANGELOG.md /build/LICENSE /opt/connreq/
COPY --from=build /build/node_modules /opt/connreq/node_modules
COPY --from=build /build/dist /opt/connreq/dist
RUN chmod +x /opt/connreq/dist/cli/connreq.js \
 && ln -s /opt/connreq/dist/cli/connreq.js /usr/local/bin/connreq \
 && useradd --uid 10001 --create-home --home-dir /connreq connreq \
 && mkdir /connreq/runs && chown connreq: /connreq/runs
ENV NODE_ENV=production
USER 10001
WORKDIR /connreq
VOLUME /connreq/runs
# The ACS, the XMPP server and the STUN server, where a profile does not say otherwise.
EXPOSE 7547 5222 3478/udp
# tini passes signals on and buries what is left of processes: `docker stop` ends a run as Ctrl-C does.
ENTRYPOINT ["tini", "--", "connreq"]
CMD ["--help"]
