// Runs before anything is drawn: the page's language, and the colours that the reader chose.
"use strict";
document.documentElement.lang = JSON.parse(document.getElementById("citera-texts").textContent).code;
document.documentElement.dataset.theme = /(?:^|; )citera-theme=(light|dark)/.exec(document.cookie)?.[1] ?? "";
