# Builds one binary and puts it into a small image that runs as nobody in particular.

FROM rust:1.95-bookworm AS build
WORKDIR /alongside
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY migrations migrations
COPY templates templates
COPY assets assets
# Cargo looks for these when it reads Cargo.toml; they are not built.
COPY tests tests
RUN cargo build --release --locked --features postgres-tls

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data alongside \
    && install -d -o alongside -g alongside -m 0700 /data
COPY --from=build /alongside/target/release/alongside /usr/local/bin/alongside
USER alongside
WORKDIR /data
VOLUME /data
ENV ALONGSIDE_DATA=/data ALONGSIDE_LISTEN=0.0.0.0:8080
EXPOSE 8080
# The site stops by itself on SIGTERM; it needs up to drain_seconds and 20 seconds more for what is under way.
STOPSIGNAL SIGTERM
ENTRYPOINT ["alongside"]
CMD ["serve"]
