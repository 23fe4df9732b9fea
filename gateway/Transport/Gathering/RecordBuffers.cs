using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SseGateway.Transport.Gathering;

/// <summary>
/// OpenSSL's buffers of a connection of TLS: one of a whole record for each direction, which it keeps as long as the connection unless it is told to let go
/// of those that are empty (SSL_MODE_RELEASE_BUFFERS, SSL_CTX_set_mode(3)). .NET does not tell it, and has no setting for it. Up to 33 KB for each
/// client that comes over TLS with HTTP/1.1; a stream is at rest nearly always.
/// </summary>
internal static partial class RecordBuffers
{
    private const string Library = "libssl.so.3";
    private const long OpenSsl3 = 0x3000_0000;

    // ssl.h: SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS.
    private const int Mode = 33;
    private const nint Release = 0x10;

    // .NET's own and not public in .NET 10. Where they are called otherwise the buffers stay, and RecordBuffersTests say so.
    private const string Field = "_securityContext";
    private const string Kind = "SafeSslHandle";
    private static readonly FieldInfo? Connection = typeof(SslStream).GetField(Field, BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly bool IsKnown = Connection is not null && IsOpenSsl3();

    /// <summary>Has those of a connection let go of whenever they are empty.</summary>
    /// <param name="tls">Its handshake is over, and nothing is read or written yet.</param>
    /// <returns>False where it cannot be said: they stay.</returns>
    public static bool ReleaseWhenEmpty(SslStream tls)
    {
        if (!IsKnown || Connection!.GetValue(tls) is not SafeHandle { IsInvalid: false } connection || connection.GetType().Name != Kind)
        {
            return false;
        }

        var held = false;
        try
        {
            connection.DangerousAddRef(ref held);
            var ssl = connection.DangerousGetHandle();

            // For those that come after it too, from their beginning: newer versions ask once for each direction, when its keys are made.
            SSL_CTX_ctrl(SSL_get_SSL_CTX(ssl), Mode, Release, 0);
            return (SSL_ctrl(ssl, Mode, Release, 0) & Release) != 0;
        }
        finally
        {
            if (held)
            {
                connection.DangerousRelease();
            }
        }
    }

    // It has to be the one that .NET uses: what is asked for by its name is the same when it is loaded already.
    private static bool IsOpenSsl3() =>
        OperatingSystem.IsLinux() && SafeEvpPKeyHandle.OpenSslVersion >= OpenSsl3 && NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SSL_ctrl(nint ssl, int command, nint value, nint pointer);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SSL_CTX_ctrl(nint context, int command, nint value, nint pointer);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SSL_get_SSL_CTX(nint ssl);
}
