/** A ClientHello into one row of samples. Called for those that are kept: fingerprints are hashes. */
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import { ja3Of } from '../decode/app/tls/ja3.js';
import { ja4Of } from '../decode/app/tls/ja4.js';
import type { HelloTransport, MessagePlace } from '../layer7/layer7-sink.js';
import { HELLO_TRANSPORTS, type HelloSamples } from '../records/hello-samples.js';
import type { TextKeeper } from '../records/text-keeper.js';
import { readPlace } from './message-row.js';

export function readHello(
  hello: ClientHello,
  transport: HelloTransport,
  place: MessagePlace,
  ja4Compat: boolean,
  out: HelloSamples,
  at: number,
  names: TextKeeper,
): void {
  readPlace(place, out, at);
  const { bytes, serverNameAt, serverNameEnd, alpnAt, alpnEnd } = hello;
  out.transport[at] = HELLO_TRANSPORTS.indexOf(transport);
  // JA3 is of TLS only.
  out.ja3[at] = transport === 'd' ? 0 : names.keepText(ja3Of(hello));
  out.ja4[at] = names.keepText(ja4Of(hello, transport, ja4Compat));
  // No name and no protocol are as telling as any; a list that was cut says neither.
  const isKnown = !hello.isListBroken;
  out.serverName[at] = serverNameEnd > serverNameAt || isKnown ? names.keep(bytes, serverNameAt, serverNameEnd) : 0;
  out.alpn[at] = alpnEnd > alpnAt || isKnown ? names.keep(bytes, alpnAt, alpnEnd) : 0;
}
