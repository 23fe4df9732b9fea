using System.Net.Security;
using System.Security.Cryptography;

namespace SseGateway.Tls;

/// <summary>
/// The certificate that new handshakes get, renewed when its files change. What they hold is compared, not their dates: they may be replaced, written
/// over, or be links of which one in the middle is turned, as Kubernetes does.
/// </summary>
internal sealed class LiveCertificate
{
    private volatile SslStreamCertificate _current;
    private byte[] _applied;
    private byte[] _seen;

    // The content of the last error; empty when the files could not be read, null when there was none.
    private byte[]? _failed;

    /// <exception cref="IOException">A file is not there, or cannot be read.</exception>
    /// <exception cref="CryptographicException">It is no certificate, or the key is another one's.</exception>
    public LiveCertificate(CertificateFiles files)
    {
        Files = files;
        var (certificate, key) = files.ReadAll();
        _current = files.Load(certificate, key);
        _applied = _seen = Hash(certificate, key);
    }

    public CertificateFiles Files { get; }

    public SslStreamCertificateContext Context => _current.Context;

    public DateTime NotAfter => _current.Certificate.NotAfter.ToUniversalTime();

    /// <summary>
    /// Takes what is in the files, if that is new and has been there at the last look too: they may be being written. As long as certificate and key do
    /// not fit, or something else is wrong, the old pair stays and the next look tries again. One call at a time.
    /// </summary>
    /// <returns>What has come of it; the error is given once for each content.</returns>
    public (bool Renewed, string? Error) Look()
    {
        byte[] hash = [];
        try
        {
            var (certificate, key) = Files.ReadAll();
            hash = Hash(certificate, key);
            var (stable, changed) = (hash.AsSpan().SequenceEqual(_seen), !hash.AsSpan().SequenceEqual(_applied));
            _seen = hash;
            if (!changed)
            {
                _failed = null;
            }

            if (!changed || !stable)
            {
                return (false, null);
            }

            _current = Files.Load(certificate, key);
            (_applied, _failed) = (hash, null);
            return (true, null);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or InvalidOperationException)
        {
            var told = _failed is not null && _failed.AsSpan().SequenceEqual(hash);
            _failed = hash;
            return (false, told ? null : error.Message.ReplaceLineEndings(" "));
        }
    }

    private static byte[] Hash(byte[] certificate, byte[] key) => SHA256.HashData([.. SHA256.HashData(certificate), .. SHA256.HashData(key)]);
}
