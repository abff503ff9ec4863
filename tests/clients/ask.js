// Asks a SPARQL endpoint and a data document with the clients that people use, and prints what they understood as JSON.
// Called by tests/test_clients.py: node ask.js ENDPOINT DOCUMENT
import { QueryEngine } from '@comunica/query-sparql';
import { SparqlEndpointFetcher } from 'fetch-sparql-endpoint';

const [, , endpoint, document] = process.argv;
const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const NS = 'https://w3id.org/policygraph/ns#';
const DOCUMENTS = `SELECT ?d ?title { ?d a <${NS}PolicyDocument> ; <http://purl.org/dc/terms/title> ?title }`;

async function all(stream) {
  const found = [];
  for await (const one of stream) found.push(one);
  return found;
}

// comunica over the endpoint, then over a page address that it must negotiate by itself
const comunica = new QueryEngine();
const rows = await (await comunica.queryBindings(DOCUMENTS, { sources: [{ type: 'sparql', value: endpoint }] })).toArray();
const holds = await comunica.queryBoolean(`ASK { ?s a <${NS}Measure> }`, { sources: [{ type: 'sparql', value: endpoint }] });
const triples = await (await comunica.queryQuads(
  `CONSTRUCT { ?m a <${NS}SanctionMeasure> } WHERE { ?m a <${NS}SanctionMeasure> } LIMIT 7`,
  { sources: [{ type: 'sparql', value: endpoint }] },
)).toArray();
const looked = await (await comunica.queryBindings(`SELECT ?o { ?s <${TYPE}> ?o }`, { sources: [document] })).toArray();

const fetcher = new SparqlEndpointFetcher();
const fetched = await all(await fetcher.fetchBindings(endpoint, DOCUMENTS));
const asked = await fetcher.fetchAsk(endpoint, 'ASK { ?s ?p ?o }');
const quads = await all(await fetcher.fetchTriples(endpoint, 'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 7'));

console.log(JSON.stringify({
  comunica: {
    titles: rows.map((row) => row.get('title').value).sort(),
    holds,
    triples: triples.length,
    types: [...new Set(looked.map((row) => row.get('o').value))].sort(),
  },
  fetcher: { titles: fetched.map((row) => row.title.value).sort(), asked, triples: quads.length },
}));
