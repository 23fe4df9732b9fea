using System.Security.Cryptography;
using SseGateway.Configuration.Reading;

namespace SseGateway.Tls;

/// <summary>Loads every certificate that the configuration names by files, as a start does, for those who only want to know whether it would.</summary>
internal static class CertificateCheck
{
    /// <param name="configuration">The host's.</param>
    /// <param name="folder">What relative paths are relative to.</param>
    /// <param name="errors">Gets a line for each that cannot be loaded.</param>
    public static void Check(IConfiguration configuration, string folder, StartupErrors errors)
    {
        foreach (var section in Sections(configuration.GetSection("Kestrel")))
        {
            if (CertificateFiles.Read(section, folder) is not { } files)
            {
                continue;
            }

            try
            {
                var (certificate, key) = files.ReadAll();
                files.Load(certificate, key);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException
                or InvalidOperationException)
            {
                errors.Add(section.Path, error.Message.ReplaceLineEndings(" ").TrimEnd('.'));
            }
        }
    }

    private static IEnumerable<IConfigurationSection> Sections(IConfigurationSection kestrel)
    {
        foreach (var endpoint in kestrel.GetSection("Endpoints").GetChildren())
        {
            yield return endpoint.GetSection("Certificate");
            foreach (var name in endpoint.GetSection("Sni").GetChildren())
            {
                yield return name.GetSection("Certificate");
            }
        }

        foreach (var certificate in kestrel.GetSection("Certificates").GetChildren())
        {
            yield return certificate;
        }
    }
}
