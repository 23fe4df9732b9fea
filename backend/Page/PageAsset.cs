namespace ChatBackend.Page;

/// <summary>One file of the page, as it is sent.</summary>
internal sealed record PageAsset(string Path, byte[] Content, string ContentType, string ETag);
