// Ends with 0 when the server of this container takes new calls. For HEALTHCHECK: the image has no curl.
const port = process.env.STREAM_WS_PORT || process.env.PORT || 3001;
const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(4000) }).catch((error) => {
  console.error(String(error.cause ?? error));
});
if (answer !== undefined) console.log(answer.status, await answer.text());
process.exitCode = answer?.ok === true ? 0 : 1;
