#pragma once
// What the comments of the page's own modules cost a visitor, saved: they are a third of the compressed
// bytes, and nobody reads them over the wire. Pure; any thread.

#include <string>
#include <string_view>

namespace parley::net {

// The JavaScript without the comments that have lines to themselves (`// ...` and `/** ... */`). The lines
// stay, empty, so that an error is reported where it stands in the source. What a tool reads is kept: `//#`,
// `//@`, `/*! ... */`. A script in which a line could be part of something else (a template, a comment that
// begins behind code, a string that goes on in the next line) is given back as it is.
std::string without_comments(std::string_view script);

}  // namespace parley::net
