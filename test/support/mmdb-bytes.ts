/** A small database in MaxMind's format (version 2.0): IPv4 networks with their maps, 24-bit records. */

type Value = string | number | { readonly [name: string]: Value };

export function mmdb(networks: Readonly<Record<string, Value>>): Buffer {
  const nodes: [number, number][] = [[-1, -1]];
  const data: Buffer[] = [];
  let dataBytes = 0;
  const leaves: { readonly node: number; readonly bit: 0 | 1; readonly offset: number }[] = [];
  for (const [network, value] of Object.entries(networks)) {
    const [address, length] = network.split('/') as [string, string];
    const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    let node = 0;
    for (let i = 0; i < Number(length); i += 1) {
      const bit = (Math.floor(bits / 2 ** (31 - i)) % 2) as 0 | 1;
      if (i === Number(length) - 1) {
        leaves.push({ node, bit, offset: dataBytes });
        break;
      }
      const next = (nodes[node] as [number, number])[bit];
      if (next >= 0) node = next;
      else {
        nodes.push([-1, -1]);
        (nodes[node] as [number, number])[bit] = nodes.length - 1;
        node = nodes.length - 1;
      }
    }
    const encoded = encode(value);
    data.push(encoded);
    dataBytes += encoded.length;
  }
  const count = nodes.length;
  for (const { node, bit, offset } of leaves) (nodes[node] as [number, number])[bit] = count + 16 + offset;
  const tree = Buffer.alloc(count * 6);
  for (const [i, [left, right]] of nodes.entries()) {
    tree.writeUIntBE(left < 0 ? count : left, i * 6, 3);
    tree.writeUIntBE(right < 0 ? count : right, i * 6 + 3, 3);
  }
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: 'Test',
    ip_version: 4,
    node_count: count,
    record_size: 24,
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'), metadata]);
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([head(2, text.length), text]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([head(6, 4), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([head(7, entries.length), ...entries.flatMap(([name, part]) => [encode(name), encode(part)])]);
}

/** Type in the upper three bits, length in the lower five; 29 = one more byte. */
function head(type: number, length: number): Buffer {
  return length < 29 ? Buffer.from([(type << 5) | length]) : Buffer.from([(type << 5) | 29, length - 29]);
}
