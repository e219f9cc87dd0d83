/** Mnemonics of DNS types: IANA "Domain Name System (DNS) Parameters", Resource Record (RR) TYPEs; others as RFC 3597 §5 writes them. */

/** Types 1 to 68 in turn; a dash where IANA has none. */
const LOW = (
  'A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP-PTR SIG KEY PX GPOS AAAA LOC ' +
  'NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA ' +
  'SMIMEA - HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS DSYNC HHIT BRID'
).split(' ');

const HIGH: ReadonlyMap<number, string> = new Map([
  [99, 'SPF'],
  [100, 'UINFO'],
  [101, 'UID'],
  [102, 'GID'],
  [103, 'UNSPEC'],
  [104, 'NID'],
  [105, 'L32'],
  [106, 'L64'],
  [107, 'LP'],
  [108, 'EUI48'],
  [109, 'EUI64'],
  [128, 'NXNAME'],
  [249, 'TKEY'],
  [250, 'TSIG'],
  [251, 'IXFR'],
  [252, 'AXFR'],
  [253, 'MAILB'],
  [254, 'MAILA'],
  [255, 'ANY'],
  [256, 'URI'],
  [257, 'CAA'],
  [258, 'AVC'],
  [259, 'DOA'],
  [260, 'AMTRELAY'],
  [261, 'RESINFO'],
  [262, 'WALLET'],
  [263, 'CLA'],
  [264, 'IPN'],
  [32768, 'TA'],
  [32769, 'DLV'],
]);

/** "example.com 28" as "example.com AAAA". A text that does not end in a type stays as it is. */
export function dnsKeyText(key: string): string {
  const space = key.lastIndexOf(' ');
  const type = key.slice(space + 1);
  return space >= 0 && /^\d{1,5}$/.test(type) ? `${key.slice(0, space)} ${dnsTypeName(Number(type))}` : key;
}

export function dnsTypeName(type: number): string {
  const name = type >= 1 && type <= LOW.length ? LOW[type - 1]! : HIGH.get(type);
  return name === undefined || name === '-' ? `TYPE${type}` : name;
}
