"""How values look in JSON; `…Shape` describes an answer, `…Body` what is sent."""
