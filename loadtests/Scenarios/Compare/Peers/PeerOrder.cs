using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>What a peer is started for.</summary>
/// <param name="Origin">Where it forwards to; a hub does not.</param>
/// <param name="Folder">For its files.</param>
/// <param name="Certificate">With one it speaks TLS alone.</param>
/// <param name="Http2">Streams that it is to allow on an HTTP/2 connection; null when HTTP/1.1 is all that is wanted.</param>
internal sealed record PeerOrder(Uri Origin, DirectoryInfo Folder, TemporaryCertificate? Certificate, int? Http2)
{
    public string Scheme => Certificate is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;

    /// <summary>A file of its own.</summary>
    public string PathOf(string file) => Path.Combine(Folder.FullName, file);
}
