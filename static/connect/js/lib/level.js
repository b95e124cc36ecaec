// @ts-check
// How loud a microphone is just now, for a meter.

/**
 * @param {MediaStream} stream @param {HTMLMeterElement} meter 0 to 1
 * @returns {() => void} stops listening; the stream stays open
 */
export function showLevel(stream, meter) {
  const audio = new AudioContext();
  const analyser = new AnalyserNode(audio, { fftSize: 1024 });
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    meter.value = loudness(samples);
  }, 100);
  return () => {
    window.clearInterval(timer);
    meter.value = 0;
    void audio.close();
  };
}

/** Silence 0, full scale 1, on a scale of 60 dB as ears hear it. @param {Float32Array} samples @returns {number} */
export function loudness(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.max(0, Math.min(1, 1 + Math.log10(power + 1e-12) / 6));
}
