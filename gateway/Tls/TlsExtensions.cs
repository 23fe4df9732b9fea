using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SseGateway.Tls;

internal static class TlsExtensions
{
    private const string Kestrel = "Kestrel";
    private const string Endpoints = "Kestrel:Endpoints";
    private const string Default = "Kestrel:Certificates:Default";

    /// <summary>Has certificates that come from files renewed without closing anything: those of Kestrel's section, and of <c>urls</c> with its default
    /// one.</summary>
    public static WebApplicationBuilder AddCertificateRenewal(this WebApplicationBuilder builder)
    {
        builder.NameAddresses();
        builder.Services.AddSingleton<CertificateWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CertificateWatch>());
        builder.Services.AddOptions<KestrelServerOptions>().Configure<CertificateWatch>((kestrel, watch) =>
        {
            // Instead of the loader of the web host's, which reloads: it would close the endpoint for it.
            var loader = kestrel.Configure(builder.Configuration.GetSection(Kestrel), reloadOnChange: false);
            var folder = builder.Environment.ContentRootPath;
            var defaultCertificate = CertificateFiles.Read(builder.Configuration.GetSection(Default), folder);
            foreach (var endpoint in builder.Configuration.GetSection(Endpoints).GetChildren())
            {
                loader.Endpoint(endpoint.Key, configuration => TlsEndpoint.Configure(configuration, defaultCertificate, folder, watch));
            }
        });
        return builder;
    }

    // Kestrel has no more to say about an address of `urls` than whether it is https. As an endpoint with a name it gets its certificate as those do.
    private static void NameAddresses(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var urls = (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (urls.Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            && !configuration.GetSection(Endpoints).Exists()
            && CertificateFiles.Read(configuration.GetSection(Default), "") is not null)
        {
            configuration.AddInMemoryCollection(
            [
                .. urls.Select((url, i) => KeyValuePair.Create<string, string?>($"{Endpoints}:url{i + 1}:Url", url)),
                new(WebHostDefaults.ServerUrlsKey, ""),
            ]);
        }
    }
}
