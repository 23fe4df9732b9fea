using System.Globalization;
using SseGateway.Streams.Limits;

namespace SseGateway.Fleet.Limits;

/// <summary>One stream's place as the store knows it.</summary>
/// <param name="number">Grows by one with every place of this gateway.</param>
/// <param name="lease">The place here.</param>
/// <param name="addressKey">Where it is among those of its address; null for nowhere.</param>
/// <param name="subjectKey">Where it is among those of its subject; null for nowhere.</param>
/// <param name="since">By this gateway's clock.</param>
internal sealed class FleetPlace(long number, StreamLease lease, string? addressKey, string? subjectKey, DateTimeOffset since)
{
    private volatile string _field = "";
    private volatile bool _over;

    public long Number => number;

    public StreamLease Lease => lease;

    public string? AddressKey => addressKey;

    public string? SubjectKey => subjectKey;

    /// <summary>Where it is, if anywhere.</summary>
    public IEnumerable<string> Keys => new[] { addressKey, subjectKey }.OfType<string>();

    /// <summary>What was asked for.</summary>
    public string Target { get; } = lease.Applicant.Target?.ToString("x", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>Since when, and what for.</summary>
    public string Value => string.Create(CultureInfo.InvariantCulture, $"{since.ToUnixTimeMilliseconds()} {Target}");

    /// <summary>Its name there, or the one that it may have; empty while it has none.</summary>
    public string Field
    {
        get => _field;
        set => _field = value;
    }

    /// <summary>True once the stream does not have it any more.</summary>
    public bool Over
    {
        get => _over;
        set => _over = value;
    }

    /// <summary>Its name under one of this gateway's.</summary>
    public string FieldOf(string gateway) => string.Create(CultureInfo.InvariantCulture, $"{gateway}/{number}");
}
