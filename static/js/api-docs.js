// Draws the calls of the API with Swagger UI, from our own server.
"use strict";

const calls = document.getElementById("calls");
const wanted = location.hash;
const isProblem = wanted.startsWith("#problem");

SwaggerUIBundle({
  url: calls.dataset.schema,
  domNode: calls,
  deepLinking: !isProblem,
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null, // it would send the schema to somebody else
  onComplete: () => {
    if (!isProblem) return;
    location.hash = ""; // the calls have pushed down what the address points at
    location.hash = wanted;
  },
});
