// A provider of single sign-on that others wrote (npm oidc-provider), on loopback, for the journeys in a browser. Everybody who
// types a name signs in by it. `node provider.mjs MODULES PORT SITE`; says `listening` when it does.
import { pathToFileURL } from "node:url";
import { join } from "node:path";

// Whoever started this reads one line and goes.
console.info = console.warn = console.error;
const [modules, port, site] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(join(modules, "oidc-provider/lib/index.js")).href);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "alongside",
      client_secret: "a secret for loopback alone",
      redirect_uris: [`${site}/sign-in/with/northmoor/back`],
      backchannel_logout_uri: `${site}/sign-in/with/northmoor/logout`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub", "sid"], email: ["email", "email_verified"] },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  // By itself it sends nothing to loopback.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  cookies: { keys: ["for loopback alone"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@northmoor.example`, email_verified: true }),
  }),
});
// Its pages ask another machine for letters to write with, and nobody is asked anything here.
provider.use(async (context, next) => {
  await next();
  if (typeof context.body === "string") context.body = context.body.replaceAll(/@import url\([^)]*\);/g, "");
});
provider.on("backchannel.error", (_, error) => console.error(error));
provider.on("server_error", (_, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
