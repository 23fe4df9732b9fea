using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace ChatBackend.Page;

/// <summary>The page's files, out of the assembly: they are found whatever the working directory is.</summary>
internal static class PageEndpoints
{
    private const string Prefix = "wwwroot/";

    /// <summary>Scripts, styles and connections from this origin alone, nothing inline, and no way to make HTML out of strings.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (var asset in Load())
        {
            routes.MapMethods(asset.Path, [HttpMethods.Get, HttpMethods.Head], context => SendAsync(context, asset));
            if (asset.Path == "/index.html")
                routes.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], context => SendAsync(context, asset));
        }
    }

    private static async Task SendAsync(HttpContext context, PageAsset asset)
    {
        var headers = context.Response.Headers;
        headers.ETag = asset.ETag;
        // Ask each time, get 304: a new version of the service never runs with half of the old page.
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.Headers.IfNoneMatch.ToString() == asset.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(asset.Content, context.RequestAborted);
    }

    private static IEnumerable<PageAsset> Load()
    {
        var assembly = typeof(PageEndpoints).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            var content = new byte[resource.Length];
            resource.ReadExactly(content);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"").ToString();
            yield return new PageAsset("/" + name[Prefix.Length..], content, ContentTypeOf(name), tag);
        }
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new NotSupportedException($"No content type is known for page files of type '{other}'."),
    };
}
