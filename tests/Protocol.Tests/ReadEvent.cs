namespace Protocol.Tests;

/// <summary>An event as a reader of the stream reports it.</summary>
internal sealed record ReadEvent(string Type, string Data, string Id);
