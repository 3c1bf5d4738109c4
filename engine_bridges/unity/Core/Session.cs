using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Importer.Bridge
{
    /// <summary>Watches, imports and reports, one slice a call, until somebody stops calling.</summary>
    public sealed class Session
    {
        readonly string project;
        readonly string stateFile;
        readonly IEngine engine;
        readonly Action<string, string> log;
        readonly Func<DateTime> now;
        readonly BridgeConfig config;
        readonly BridgeState state;
        readonly Judge judge = new Judge();
        readonly HashSet<string> told = new HashSet<string>();
        readonly HashSet<string> missing = new HashSet<string>();
        readonly Dictionary<string, bool> again = new Dictionary<string, bool>();
        readonly Queue<Verdict> work = new Queue<Verdict>();

        Task<List<Verdict>> look;
        DateTime lastLook = DateTime.MinValue;
        IEnumerator<string> steps;
        ImportJob job;
        Verdict current;
        DateTime began;
        bool isEnding;

        /// <summary>What is known of each asset, for people: passed, failed, refused, waiting, importing.</summary>
        public readonly SortedDictionary<string, string> Statuses =
            new SortedDictionary<string, string>(StringComparer.Ordinal);

        /// <summary>Assets that were refused or failed a check since the session began.</summary>
        public readonly HashSet<string> Bad = new HashSet<string>();

        /// <param name="project">The Unity project's folder.</param>
        /// <param name="log">Takes "info", "warning" or "error" and a text.</param>
        /// <param name="now">UTC.</param>
        /// <param name="stateFile">From the project's folder; tests have their own.</param>
        /// <exception cref="BridgeException">CONFIG_INVALID or STATE_NEWER: nothing may be imported.</exception>
        public Session(
            string project, IEngine engine, BridgeConfig config, Action<string, string> log, Func<DateTime> now,
            string stateFile = BridgeState.File)
        {
            this.stateFile = PlainPath.OnDisk(project, stateFile);
            this.project = project;
            this.engine = engine;
            this.config = config;
            this.log = log;
            this.now = now;
            Staging.Sweep(project);
            state = BridgeState.Load(this.stateFile, text => log("warning", text));
            foreach (var pair in state.Assets)
            {
                Statuses[pair.Key] = pair.Value.Status;
                if (pair.Value.Status != "passed" && pair.Value.RefusedCode != "TARGET_MISSING")
                    Bad.Add(pair.Key);
            }
            foreach (var key in config.Unknown.Keys)
                log("warning", BridgeConfig.File + ": the key " + key + " is unknown and ignored");
        }

        /// <summary>Whether nothing is under way: all that the last look found is done.</summary>
        public bool IsIdle => look == null && steps == null && work.Count == 0;

        /// <summary>Whether some folders are only waited for.</summary>
        public bool IsWaiting => Statuses.Values.Contains("waiting");

        /// <summary>Look and work until everything is imported or refused.</summary>
        /// <param name="longest">Then folders that are still waited for count as refused.</param>
        /// <param name="rest">Called while a thread works, or while a folder is waited for.</param>
        /// <returns>0: all passed; 1: an asset was refused or failed a test; 2: a watched folder is missing.</returns>
        public int RunOnce(TimeSpan longest, Action rest)
        {
            var start = now();
            do
            {
                Step();
                while (!IsIdle)
                    if (!Step())
                        rest();
                if (IsWaiting)
                    rest();
            }
            while (IsWaiting && now() - start < longest);
            return missing.Count > 0 ? 2 : Bad.Count > 0 || IsWaiting ? 1 : 0;
        }

        /// <summary>Do one slice.</summary>
        /// <returns>Whether the next slice can follow at once; if not, a thread is at work or it is not yet time to
        /// look.</returns>
        public bool Step()
        {
            if (steps != null)
                return Advance();
            if (work.Count > 0)
            {
                Begin(work.Dequeue());
                return true;
            }
            if (look != null)
                return TakeLook();
            if ((now() - lastLook).Duration().TotalSeconds >= config.PollSeconds)
                BeginLook();
            return false;
        }

        /// <summary>Look at the next step, even if it is not yet time.</summary>
        public void LookNow() => lastLook = DateTime.MinValue;

        /// <summary>Import again at the next look.</summary>
        /// <param name="replaceEdits">Replace what was edited in the project, keeping copies.</param>
        public void ImportAgain(string key, bool replaceEdits)
        {
            again[key] = replaceEdits;
            judge.Forget(key);
            LookNow();
        }

        /// <summary>Delete files of earlier versions that the bridge wrote and nobody changed.</summary>
        /// <param name="delete">Deletes an asset by its path.</param>
        public void RemoveLeftOver(string key, Action<string> delete)
        {
            var asset = state.Assets[key];
            var folder = new AssetFolder(project, key, asset, engine.PathOf);
            foreach (var file in asset.LeftOver.ToList())
            {
                var path = folder.PathOf(file.Key);
                if (File.Exists(folder.OnDisk(path)) && Disk.Sha256(folder.OnDisk(path)) == file.Value)
                    delete(path);
                asset.LeftOver.Remove(file.Key);
                asset.Guids.Remove(file.Key);
                asset.Settings.Remove(file.Key);
            }
            Save(key);
        }

        /// <summary>
        /// Keys of the assets that paths of the project belong to; a folder above them means them all.
        /// </summary>
        public List<string> KeysAt(IEnumerable<string> paths)
        {
            return state.Assets.Where(pair => paths.Any(path => IsAt(path, "Assets/" + pair.Value.Folder)))
                .Select(pair => pair.Key).ToList();
        }

        static bool IsAt(string path, string folder)
        {
            return (path + "/").StartsWith(folder + "/", StringComparison.Ordinal)
                || (folder + "/").StartsWith(path + "/", StringComparison.Ordinal);
        }

        /// <summary>Keys of assets with files of earlier versions.</summary>
        public IEnumerable<string> WithLeftOver => state.Assets.Where(pair => pair.Value.LeftOver.Count > 0)
            .Select(pair => pair.Key);

        void BeginLook()
        {
            lastLook = now();
            var capabilities = engine.Capabilities;
            var imported = state.Assets.Where(pair => !again.ContainsKey(pair.Key))
                .ToDictionary(pair => pair.Key, pair => new Inputs(pair.Value));
            var time = lastLook;
            look = Task.Run(() =>
            {
                missing.Clear();
                var found = Walk.Find(project, config, folder => missing.Add(folder));
                foreach (var folder in missing)
                    Tell(folder, "warning", "is not there; the bridge goes on looking");
                return found.Select(item => judge.Decide(item, config, capabilities, imported, time)).ToList();
            });
        }

        bool TakeLook()
        {
            if (!look.IsCompleted)
                return false;
            var verdicts = look.GetAwaiter().GetResult();
            look = null;
            foreach (var verdict in verdicts)
                Take(verdict);
            var found = new HashSet<string>(verdicts.Select(verdict => verdict.Published.Key));
            foreach (var key in state.Assets.Keys.Where(key => !found.Contains(key)))
                Tell(key, "info", "is no longer published; what was imported stays");
            return true;
        }

        void Take(Verdict verdict)
        {
            var key = verdict.Published.Key;
            if (verdict.Kind == VerdictKind.Import || verdict.Kind == VerdictKind.Refuse)
                work.Enqueue(verdict);
            else if (verdict.Kind == VerdictKind.Wait)
                Statuses[key] = "waiting";
            else if (state.Assets.ContainsKey(key))
                Statuses[key] = state.Assets[key].Status;
        }

        void Begin(Verdict verdict)
        {
            current = verdict;
            began = now();
            isEnding = false;
            if (verdict.Kind == VerdictKind.Refuse)
                End(Refuse(verdict, verdict.Problem));
            else
                BeginImport(verdict, verdict.Published.Key);
        }

        void BeginImport(Verdict verdict, string key)
        {
            AssetState asset;
            if (!state.Assets.TryGetValue(key, out asset))
                asset = new AssetState { Folder = key };
            if (again.ContainsKey(key))
                asset.Attempts = 0;
            var replaceEdits = again.ContainsKey(key) && again[key];
            job = new ImportJob(project, engine, verdict, asset, replaceEdits, config.Screenshots, () =>
            {
                state.Assets[key] = asset;
                Save(key);
            });
            if (asset.RefusedManifest == verdict.ManifestSha256 && !again.ContainsKey(key)
                && judge.IsStillRefused(verdict, job.Destination().Stamp()))
                return;
            Statuses[key] = "importing";
            steps = job.Steps().GetEnumerator();
        }

        bool Advance()
        {
            try
            {
                if (steps.MoveNext())
                    return steps.Current != ImportJob.Waiting;
            }
            catch (Exception error) when (!isEnding)
            {
                End(Failed(error));
                return true;
            }
            if (isEnding)
                steps = null;
            else
                End(Done());
            return true;
        }

        /// <summary>What follows an import or a refusal; an error in it is not this asset's alone.</summary>
        void End(IEnumerable<string> last)
        {
            steps = last.GetEnumerator();
            isEnding = true;
        }

        IEnumerable<string> Done()
        {
            var key = current.Published.Key;
            foreach (var step in Write(job.Report, current))
                yield return step;
            again.Remove(key);
            Statuses[key] = job.Report.Status;
            Note(key, job.Report.Status == "passed");
            log(job.Report.Status == "passed" ? "info" : "error", key + ": imported, tests " + job.Report.Status);
        }

        IEnumerable<string> Failed(Exception error)
        {
            var key = current.Published.Key;
            var known = error as BridgeException;
            var problem = known != null ? known.Problem : new Problem("IMPORT_FAILED", key,
                error.GetType().Name + ": " + error.Message,
                "Look into the Console, and choose Tools > Importer > Import Again");
            if (known == null)
                log("error", error.ToString());
            if (problem.MayPass)
            {
                Statuses[key] = "waiting";
                judge.Mismatched(current, problem, now());
                return new string[0];
            }
            judge.Refused(current, job.Destination().Stamp());
            again.Remove(key);
            return Refuse(current, problem);
        }

        IEnumerable<string> Refuse(Verdict verdict, Problem problem)
        {
            var key = verdict.Published.Key;
            // Published for other engines only: worth a word, no failure.
            var isElsewhere = problem.Code == "TARGET_MISSING";
            Tell(key + "|" + verdict.ManifestSha256, isElsewhere ? "info" : "error", problem.ToString());
            if (problem.Code == "NAME_TAKEN")
            {
                Bad.Add(verdict.Published.Folder);
                return new string[0];
            }
            Note(key, isElsewhere);
            Statuses[key] = "refused";
            AssetState asset;
            if (!state.Assets.TryGetValue(key, out asset))
                asset = new AssetState { Folder = key };
            var isKnown = asset.RefusedManifest == verdict.ManifestSha256 && asset.RefusedCode == problem.Code;
            if (isKnown || verdict.ManifestSha256 == "")
                return new string[0];
            state.Assets[key] = asset;
            asset.Status = "refused";
            asset.RefusedManifest = verdict.ManifestSha256;
            asset.RefusedCode = problem.Code;
            return Write(new Report { Problems = { problem } }, verdict);
        }

        /// <summary>Write the report, then the state, by a thread: the folder may lie on a slow share.</summary>
        IEnumerable<string> Write(Report report, Verdict verdict)
        {
            report.Asset = verdict.Manifest != null ? verdict.Manifest.Asset
                : Path.GetFileName(verdict.Published.Folder);
            report.Target = verdict.Target;
            report.Format = verdict.Format;
            report.ManifestSha256 = verdict.ManifestSha256;
            report.Duration = now() - began;
            MakeStateEditable();
            var text = state.ToJson(verdict.Published.Key);
            var info = new EngineInfo(engine);
            var time = now();
            var writing = Task.Run(() =>
            {
                var written = verdict.Published.Folder;
                if (config.Report)
                    written = report.Write(project, verdict.Published, info, time);
                Disk.WriteWhole(stateFile, text);
                return written;
            });
            while (!writing.IsCompleted)
                yield return ImportJob.Waiting;
            var folder = writing.GetAwaiter().GetResult();
            if (!PlainPath.IsInside(folder, verdict.Published.Folder))
                Tell("reports", "warning", "out/ cannot be written; reports go to " + folder);
        }

        void Save(string changed)
        {
            MakeStateEditable();
            Disk.WriteWhole(stateFile, state.ToJson(changed));
        }

        void MakeStateEditable()
        {
            if (File.Exists(stateFile) && (File.GetAttributes(stateFile) & FileAttributes.ReadOnly) != 0)
                engine.MakeEditable(new[] { BridgeState.File });
        }

        void Note(string key, bool isGood)
        {
            if (isGood)
                Bad.Remove(key);
            else
                Bad.Add(key);
        }

        void Tell(string about, string level, string text)
        {
            lock (told)
                if (told.Add(about + "|" + text))
                    log(level, about.Split('|')[0] + ": " + text);
        }
    }
}
