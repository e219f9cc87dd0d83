/** The bundled text of src/app/ingest-worker.ts; made by scripts/build.mjs. */
declare module 'ingest-worker:source' {
  const source: string;
  export default source;
}
