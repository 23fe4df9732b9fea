// Runs every case of one SDK and says, a line of JSON each, what an application sees: what came, whether it was told that it is whole, and the error.
// Arguments: the SDK's module, and JSON with the address of each case and the token for all.
const [module, terms] = process.argv.slice(2);
const { addresses, token } = JSON.parse(terms);
const { speakers } = await import(module);

// Some SDKs leave promises beside those that they give: what is thrown there no application sees.
process.on('unhandledRejection', (reason) => console.error('beside:', reason));

const limit = (seconds) => new Promise((_, reject) => setTimeout(() => reject(new Error(`still waiting after ${seconds} s`)), seconds * 1000).unref());

const describe = (error) => ({
  name: error?.name === 'Error' ? error.constructor.name : error?.name,
  status: error?.status ?? error?.code,
  message: [error?.message, error?.error && JSON.stringify(error.error), error?.cause?.message].filter(Boolean).join(' | '),
});

const runs = Object.entries(speakers).flatMap(([speaker, speak]) => Object.entries(addresses).map(async ([name, address]) => {
  const seen = { speaker, case: name, text: '', whole: false, error: null };
  try {
    await Promise.race([speak({ address: `${address}/${speaker}`, token, seen, mayRetry: name !== 'limited' }), limit(20)]);
  } catch (error) {
    seen.error = describe(error);
  }
  console.log(JSON.stringify(seen));
}));
await Promise.all(runs);
process.exit(0);
